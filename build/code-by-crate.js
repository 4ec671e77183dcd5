const SECTION = { custom: 0, imports: 2, code: 10 }
const KIND = { function: 0, table: 1, global: 3 }
const FUNCTION_NAMES = 1

/** Reads a wasm binary from front to back. */
class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done() {
    return this.at >= this.end
  }

  byte() {
    return this.bytes[this.at++]
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  text() {
    const { at, end } = this.part(this.number())
    return this.bytes.toString('utf8', at, end)
  }

  part(length) {
    const part = new Reader(this.bytes, this.at, this.at + length)
    this.at += length
    return part
  }

  limits() {
    const hasMost = this.byte() & 1
    this.number()
    if (hasMost) this.number()
  }
}

function countImportedFunctions(section) {
  let functions = 0
  for (let left = section.number(); left > 0; left--) {
    section.text()
    section.text()
    const kind = section.byte()
    if (kind === KIND.function) {
      functions++
      section.number()
    } else if (kind === KIND.global) section.part(2)
    else {
      if (kind === KIND.table) section.byte()
      section.limits()
    }
  }
  return functions
}

function functionNames(section) {
  const names = new Map()
  while (!section.done) {
    const kind = section.byte()
    const part = section.part(section.number())
    if (kind !== FUNCTION_NAMES) continue
    for (let left = part.number(); left > 0; left--) names.set(part.number(), part.text())
  }
  return names
}

/** Exported functions and what the compiler calls by itself have no crate in their names. */
const WITHOUT_CRATE = [
  [/^__wb/, 'wasm_bindgen'],
  [/^(?:__|mem)\w+$/, 'compiler_builtins'],
  [/^\w+$/, 'wxlogin'],
  [/^</, 'core'], // methods of slices and numbers
]

/** The crate that a function is of, or is made for: the first one in its name. */
function crateOf(name = 'unnamed') {
  const named = /(\w+)\[[\da-f]+\]/.exec(name)
  if (named) return named[1]
  const known = WITHOUT_CRATE.find(([pattern]) => pattern.test(name))
  return known ? known[1] : 'unknown'
}

/** Bytes of code for each crate, the most expensive first. The module needs its name section. */
export function codeByCrate(bytes) {
  const module = new Reader(bytes, 8)
  const bodies = []
  let imported = 0
  let names = new Map()
  while (!module.done) {
    const id = module.byte()
    const section = module.part(module.number())
    if (id === SECTION.imports) imported = countImportedFunctions(section)
    else if (id === SECTION.custom && section.text() === 'name') names = functionNames(section)
    else if (id === SECTION.code)
      for (let left = section.number(); left > 0; left--) {
        const length = section.number()
        bodies.push(length)
        section.part(length)
      }
  }
  const costs = new Map()
  bodies.forEach((length, index) => {
    const crate = crateOf(names.get(imported + index))
    const cost = costs.get(crate) ?? { crate, bytes: 0, functions: 0 }
    cost.bytes += length
    cost.functions++
    costs.set(crate, cost)
  })
  return [...costs.values()].sort((one, other) => other.bytes - one.bytes)
}
