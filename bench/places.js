import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))

export const inBench = (path) => `${here}${path}`
export const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
/** What the run makes for itself. */
export const inCache = (path) => inBench(`node_modules/.cache/${path}`)
