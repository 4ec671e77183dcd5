const { copyFileSync } = require('node:fs')
const { join } = require('node:path')

const recipe = join(__dirname, '../../../../examples/recipes/react-session.js')
copyFileSync(recipe, join(__dirname, '../src/session.js'))

module.exports = {
  projectName: 'wxlogin-in-taro',
  date: '2026-11-21',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: 'dist',
  framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  copy: {
    patterns: [
      { from: '../node_modules/wxlogin/dist/miniprogram/wxlogin.wasm.br', to: 'dist/static/wxlogin.wasm.br' },
    ],
  },
  mini: {},
}
