/**
 * wasm-bindgen's glue keeps one instance's memory in module variables, and takes its text codec
 * from the global scope. As a function it can be made once for each instance, with the codec
 * that the platform has.
 */
export function wrapGlue(glue) {
  const names = []
  const body = glue
    .replace(/^export (function|class|const|let) ([\w$]+)/gm, (_, kind, name) => {
      names.push(name)
      return `${kind} ${name}`
    })
    .replace(/^\/\* @ts-self-types.*\n/, '')
  if (/^(?:export|import)\b/m.test(body)) throw new Error('the glue has an export or import of a new kind')
  return `export function createGlue(TextDecoder, TextEncoder, queueMicrotask, globalThis) {
${body}
return { ${names.join(', ')} };
}
`
}
