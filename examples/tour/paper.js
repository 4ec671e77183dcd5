const WIDTH = 86
const TITLE = 31
const INDENT = '        '
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 }

/** Lays the tour out for a terminal or a log. */
export function createPaper({ write, color }) {
  const paint = (style, text) => (color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text)
  const line = (text = '') => write(`${text}\n`)

  return {
    title(name, ...lines) {
      line()
      line(`${paint('bold', name)}  ${lines[0]}`)
      for (const text of lines.slice(1)) line(paint('dim', text))
      line()
    },

    /** One step: its promise and its time, what was called, and what was not as promised. */
    step(number, { title, promise }, { ms, words, broken }) {
      const mark = broken.length > 0 ? paint('red', '✗') : paint('green', '✓')
      const time = `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
      const space = WIDTH - INDENT.length - TITLE
      line(
        ` ${mark}  ${String(number).padStart(2)}  ${paint('bold', title.padEnd(TITLE))}${promise.padEnd(space - time.length)}${paint('cyan', time)}`,
      )
      for (const row of wrap(words)) line(`${INDENT}${paint('dim', row)}`)
      for (const { what, promised, got } of broken) {
        line(`${INDENT}${paint('red', `${what}: expected ${promised}, got ${got}`)}`)
      }
    },

    /** Rows of `[name, numbers]` under the numbers' names. */
    table(columns, rows) {
      const cells = (texts) => texts.map((text, i) => String(text).padStart(columns[i].length + 3)).join('')
      line()
      line(paint('dim', `${INDENT}${''.padEnd(TITLE)}${cells(columns)}`))
      for (const [name, numbers] of rows)
        line(`${INDENT}${name.padEnd(TITLE)}${paint('bold', cells(numbers))}`)
      line()
    },

    verdict(kept, text) {
      line(` ${paint(kept ? 'green' : 'red', `${kept ? '✓' : '✗'}  ${text}`)}`)
    },
  }
}

/** Joins the words to rows that fit; a row that goes on says so. */
function wrap(words) {
  const rows = []
  for (const word of words) {
    const longer = rows.length > 0 ? `${rows.at(-1)} · ${word}` : word
    if (rows.length > 0 && longer.length < WIDTH - INDENT.length - 1) rows[rows.length - 1] = longer
    else rows.push(word)
  }
  return rows.map((row, i) => (i < rows.length - 1 ? `${row} ·` : row))
}
