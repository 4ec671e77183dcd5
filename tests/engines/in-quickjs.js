/* Runs the suite in QuickJS, with `readFile` and `say` of quickjs.mjs. */
globalThis.start = (folder) => {
  const { createClient, isLoginError } = evaluateModule(readFile(`${folder}/index.js`))
  const fallback = evaluateModule(readFile(`${folder}/fallback.js`))
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
