const { join } = require('node:path')
const webpack = require('webpack')

webpack(
  {
    mode: 'production',
    target: ['web', 'es2017'],
    entry: join(__dirname, '../shop.js'),
    output: { path: join(__dirname, 'dist'), filename: 'app.js', globalObject: '{}' },
  },
  (error, stats) => {
    if (!error && !stats.hasErrors() && !stats.hasWarnings()) return
    console.error(error || stats.toString())
    process.exitCode = 1
  },
)
