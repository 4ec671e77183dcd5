/** `node examples/tour/main.js`: exits 0 when everything went as promised. */
import { tour } from './tour.js'

const { FORCE_COLOR, NO_COLOR } = process.env
const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0'
const color = forced || (Boolean(process.stdout.isTTY) && FORCE_COLOR !== '0' && !NO_COLOR)

const kept = await tour({ write: (text) => process.stdout.write(text), color })
if (!kept) process.exitCode = 1
