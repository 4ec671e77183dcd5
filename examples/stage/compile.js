import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toCss } from './wxss.js'

const PACKAGE = 'miniprogram_npm/wxlogin/'

/** What WeChat puts around every file: these names are the app's, those of a browser are not there. */
const GIVEN = ['require', 'module', 'exports', 'wx', 'App', 'Page', 'Component', 'getApp', 'getCurrentPages']
const OURS = ['WXWebAssembly', 'Date']
const HIDDEN = [
  'window',
  'self',
  'document',
  'location',
  'navigator',
  'localStorage',
  'XMLHttpRequest',
  'fetch',
]

const wrapped = (source) => `function (${[...GIVEN, ...OURS, ...HIDDEN].join(', ')}) {${source}\n}`

async function filesUnder(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .filter((path) => !/^(node_modules|miniprogram_npm)\//.test(path))
}

/**
 * A mini-program as one script, which leaves `globalThis.miniprogram` behind:
 * `{ app, configs, templates, styles, modules }`, by path without extension.
 *
 * @param {object} given
 * @param {string} given.folder where `app.json` lies, with a slash at its end
 * @param {string} given.library where the built package lies, laid down as `miniprogram_npm/wxlogin`
 * @param {object} given.config what `config.js` exports here
 * @param {new () => object} given.TmplGroup the template compiler
 */
export async function compile({ folder, library, config, TmplGroup }) {
  const paths = await filesUnder(folder)
  const text = (path) => readFile(folder + path, 'utf8')
  const named = (extension) =>
    paths.filter((path) => path.endsWith(extension)).map((path) => [path.slice(0, -extension.length), path])

  const group = new TmplGroup()
  for (const [name, path] of named('.wxml')) {
    const [wrong] = group.addTmpl(name, await text(path))
    if (wrong) throw new Error(`${path}: ${wrong.message || wrong}`)
  }
  const templates = group.getTmplGenObjectGroups()
  group.free()

  const configs = {}
  for (const [name, path] of named('.json')) configs[name] = JSON.parse(await text(path))

  const styles = []
  for (const [name, path] of named('.wxss')) styles.push(toCss(name, await text(path)))
  styles.sort((one, other) => one.order - other.order)

  const modules = []
  const add = (name, source) => modules.push(`${JSON.stringify(name)}: ${wrapped(source)}`)
  for (const [name, path] of named('.js')) if (name !== 'config') add(name, await text(path))
  add('config', `module.exports = ${JSON.stringify(config)}`)
  for (const name of ['index', 'fallback'])
    add(`${PACKAGE}${name}`, await readFile(`${library}${name}.js`, 'utf8'))

  return `globalThis.miniprogram = {
configs: ${JSON.stringify(configs)},
styles: ${JSON.stringify(styles.map(({ css }) => css).join('\n'))},
templates: ${templates},
names: ${JSON.stringify([...GIVEN, ...OURS])},
modules: {\n${modules.join(',\n')}\n}}`
}
