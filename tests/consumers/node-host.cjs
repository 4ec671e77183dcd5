const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { runInThisContext } = require('node:vm')

runInThisContext(readFileSync(join(__dirname, '../engines/host.js'), 'utf8'))

exports.host = globalThis.createHost().wx
