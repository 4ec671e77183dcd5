/**
 * wasm-bindgen's glue keeps one instance's memory in module variables, and takes its text codec
 * from the global scope. As a function it can be made once for each instance, with the codec
 * that the package brings along. `names` are the short names that wasm-opt gave: `[module, old,
 * new]` for imports, all of them now in a module `a`, and `[old, new]` for exports. `constants` is
 * where the module's constants begin and end.
 */
export function wrapGlue(glue, names, constants) {
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
  body = withOwnCodec(body, constants)
  if (/^(?:export|import)\b/m.test(body)) throw new Error('the glue has an export or import of a new kind')
  for (const [old, short] of names.exports)
    body = body.replaceAll(new RegExp(`\\bwasm\\.${old}\\b`, 'g'), `wasm.${short}`)
  if (/\bwasm\.\w{3,}/.test(body)) throw new Error('the glue uses an export that the module has not')
  const imports = names.imports.map(([, old, short]) => `${short}: ${old}`)
  const rest = exported.filter((name) => !names.imports.some(([, old]) => old === name))
  const kept = rest.filter((name) => name === '__wbg_set_wasm' || isWayIn(body, name))
  // JavaScript never reads the enums; other functions served what the optimiser found unused.
  for (const name of rest) if (!kept.includes(name)) body = without(body, name)
  return `export function createGlue(decode, encode) {
${body}
return { imports: { a: { ${imports.join(', ')} } }, ${kept.join(', ')} };
}
`
}

const isWayIn = (body, name) => !name.startsWith('__wb') && body.includes(`\nfunction ${name}(`)

/**
 * Texts pass through `decode` and `encode` alone, none of them in place. Most that come out are
 * constants, the names of fields and calls: each of these is decoded once.
 */
function withOwnCodec(glue, [begin, end]) {
  let body = glue
  for (const name of [
    'cachedTextDecoder',
    'MAX_SAFARI_DECODE_BYTES',
    'numBytesDecoded',
    'cachedTextEncoder',
  ]) {
    body = body.replace(new RegExp(`^(?:let|const) ${name} = .*\n`, 'm'), '')
  }
  body = body
    .replace(/^cachedTextDecoder\.decode\(\);\n/m, '')
    .replace(/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[\s\S]*?^\}\n/m, '')
    .replace(/^function decodeText\(bytes\) \{\n[\s\S]*?^\}\n/m, '')
    .replace(
      /^function getStringFromWasm0\(ptr, len\) \{\n[\s\S]*?^\}\n/m,
      `const constants = new Map();
function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    const key = ptr >= ${begin} && ptr < ${end} ? ptr * ${end - begin} + len : 0;
    let text = constants.get(key);
    if (text === undefined) {
        text = decode(getUint8ArrayMemory0().subarray(ptr, ptr + len));
        if (key) constants.set(key, text);
    }
    return text;
}
`,
    )
    .replace(
      /^function passStringToWasm0\(arg, malloc, realloc\) \{\n {4}if \(realloc === undefined\) \{\n([\s\S]*?)^ {4}\}\n[\s\S]*?^\}\n/m,
      'function passStringToWasm0(arg, malloc) {\n$1}\n',
    )
    .replace('cachedTextEncoder.encode(', 'encode(')
    .replace(/, wasm\.__wbindgen_realloc\)/g, ')')
  if (/Text(?:De|En)coder|decodeText|realloc/.test(body))
    throw new Error('the glue has a codec of a new kind')
  return body
}

/** A declaration reaches from its name to the next line that begins with its closing brace. */
const without = (body, name) =>
  body.replace(new RegExp(`^(?:function|const|let) ${name}\\b[\\s\\S]*?^\\}.*\\n`, 'm'), '')
