/**
 * Compiles a mini-program as an upload would, and writes what comes out into a folder.
 *
 * What an account may do is asked of WeChat's server; said here instead, it all works offline.
 */
const { mkdirSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { Project } = require('miniprogram-ci')
const { compile } = require('miniprogram-ci/dist/modules/corecompiler/original/index.js')

const MB = 1024
const ATTRIBUTES = {
  platform: true,
  appType: 0,
  setting: {
    MaxCodeSize: 2 * MB,
    MaxSubpackageSubCodeSize: 2 * MB,
    MaxSubpackageFullCodeSize: 30 * MB,
    NavigateMiniprogramLimit: 10,
    MaxSubPackageLimit: 100,
    MinTabbarCount: 2,
    MaxTabbarCount: 5,
    MaxTabbarIconSize: 40,
  },
}

const [projectPath, privateKeyPath, out] = process.argv.slice(2)

const project = new Project({
  appid: 'touristappid',
  type: 'miniProgram',
  projectPath,
  privateKeyPath,
  ignores: ['node_modules/**/*'],
})
project.attr = async () => ATTRIBUTES
project.attrSync = () => ATTRIBUTES

compile(project, { setting: { es6: false }, onProgressUpdate() {} }).then(
  (files) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(out, name)), { recursive: true })
      writeFileSync(join(out, name), content)
    }
    process.exit(0)
  },
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
