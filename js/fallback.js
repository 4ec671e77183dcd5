import { instantiate } from '../build/out/fallback.js'

export { instantiate }
