/**
 * wasm-bindgen's glue keeps one instance's memory in module variables, and takes its text codec
 * from the global scope. As a function it can be made once for each instance, with the codec
 * that the platform has. `names` are the short names that wasm-opt gave: `[module, old, new]`
 * for imports, all of them now in a module `a`, and `[old, new]` for exports.
 */
export function wrapGlue(glue, names) {
  const exported = []
  let body = glue
    .replace(/^export (function|class|const|let) ([\w$]+)/gm, (_, kind, name) => {
      exported.push(name)
      return `${kind} ${name}`
    })
    .replace(/^\/\* @ts-self-types.*\n/, '')
    // The glue notices a grown memory by its detached buffer; the fallback's is not detached.
    .replace(/(cached\w+Memory0)\.byteLength === 0/g, '$1.buffer !== wasm.memory.buffer')
    .replace(
      /(cached\w+Memory0)\.buffer\.detached === true \|\| \(.*?\.buffer\)/g,
      '$1.buffer !== wasm.memory.buffer',
    )
  if (/detached|byteLength/.test(body)) throw new Error('the glue keeps views of memory in a new way')
  if (/^(?:export|import)\b/m.test(body)) throw new Error('the glue has an export or import of a new kind')
  for (const [old, short] of names.exports)
    body = body.replaceAll(new RegExp(`\\bwasm\\.${old}\\b`, 'g'), `wasm.${short}`)
  if (/\bwasm\.\w{3,}/.test(body)) throw new Error('the glue uses an export that the module has not')
  const imports = names.imports.map(([, old, short]) => `${short}: ${old}`)
  const rest = exported.filter((name) => !names.imports.some(([, old]) => old === name))
  const kept = rest.filter((name) => isClass(body, name) || name === '__wbg_set_wasm')
  // JavaScript never reads the enums; other functions served what the optimiser found unused.
  for (const name of rest) if (!kept.includes(name)) body = without(body, name)
  return `export function createGlue(TextDecoder, TextEncoder, globalThis) {
${body}
return { imports: { a: { ${imports.join(', ')} } }, ${kept.join(', ')} };
}
`
}

const isClass = (body, name) => body.includes(`\nclass ${name} {`)

/** A declaration reaches from its name to the next line that begins with its closing brace. */
const without = (body, name) =>
  body.replace(new RegExp(`^(?:function|const|let) ${name}\\b[\\s\\S]*?^\\}.*\\n`, 'm'), '')
