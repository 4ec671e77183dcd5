/* Runs the suite in QuickJS, with `readFile` and `say` of quickjs.mjs. */
globalThis.start = (folder) => {
  const read = (name) => readFile(`${folder}/${name}`)
  const { createClient, isLoginError } = evaluateModule(read, 'index.js')
  const fallback = evaluateModule(read, 'fallback.js')
  const given = {
    createClient,
    isLoginError,
    options: { fallback },
    unloadable: { fallback: undefined },
    code: 'HOST_UNSUPPORTED',
  }
  const tell = (name, error) => say(JSON.stringify({ name, error }))
  const end = () => say(JSON.stringify({ done: true }))
  runSuite(given, tell).then(end, (error) => {
    tell('the suite itself', String(error))
    end()
  })
}
