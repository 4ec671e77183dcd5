/** Samples of one measure → figures by variant and contestant, ratios within the same round. */
export function summarise(measure, samples) {
  const variants = {}
  for (const variant of new Set(samples.map((sample) => sample.variant || ''))) {
    const ofVariant = samples.filter((sample) => (sample.variant || '') === variant)
    variants[variant] = {}
    for (const name of new Set(ofVariant.map(({ contestant }) => contestant))) {
      variants[variant][name] = figures(ofVariant, name, measure)
    }
  }
  return variants
}

function figures(samples, name, { reference, secondReference }) {
  const own = samples.filter(({ contestant, value }) => contestant === name && value !== null)
  const logins = own.map((sample) => sample.logins).filter((count) => count !== undefined)
  return {
    value: spread(own.map(({ value }) => value)),
    ratio: spread(ratios(samples, own, reference)),
    secondRatio: spread(ratios(samples, own, secondReference)),
    logins: logins.length ? Math.max(...logins) : undefined,
    samples: own.map(({ value }) => value),
  }
}

function ratios(samples, own, reference) {
  const ofReference = samples.filter(({ contestant }) => contestant === reference)
  const byRound = new Map(ofReference.map(({ round, value }) => [round, value]))
  return own
    .filter(({ round }) => byRound.get(round) > 0)
    .map(({ round, value }) => value / byRound.get(round))
}

function spread(values) {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { min: sorted[0], median, max: sorted[sorted.length - 1] }
}

export function tableOf(measure, variants) {
  return measure.columns ? growthTable(measure, variants) : spreadTables(measure, variants)
}

function spreadTables(measure, variants) {
  const tables = Object.entries(variants).map(([variant, contestants]) => {
    const title = variant ? `   ${measure.variants?.[variant] || variant}\n` : ''
    return title + align(spreadRows(measure, contestants))
  })
  return `${measure.title}\n${tables.join('\n')}`
}

function spreadRows({ unit, reference, secondReference }, contestants) {
  const counted = Object.values(contestants).some(({ logins }) => logins !== undefined)
  const columns = [
    [unit, ({ value }) => (value ? number(value.median) : 'a timer')],
    reference && [`× ${reference}: median`, ({ ratio }) => times(ratio?.median)],
    reference && ['min', ({ ratio }) => times(ratio?.min)],
    reference && ['max', ({ ratio }) => times(ratio?.max)],
    secondReference && [`× ${secondReference}: median`, ({ secondRatio }) => times(secondRatio?.median)],
    counted && ['logins', ({ logins }) => number(logins)],
  ].filter(Boolean)
  const rows = byMedian(contestants).map(([name, own]) => [name, ...columns.map(([, cell]) => cell(own))])
  return [['', ...columns.map(([head]) => head)], ...rows]
}

function times(ratio) {
  return ratio === undefined ? '–' : ratio.toFixed(2)
}

function growthTable(measure, variants) {
  const sizes = Object.keys(variants)
  const names = byMedian(variants[sizes[sizes.length - 1]]).map(([name]) => name)
  for (const name of Object.keys(variants[sizes[0]])) if (!names.includes(name)) names.push(name)
  const rows = names.map((name) => [
    name,
    ...sizes.map((size) => (variants[size][name] ? number(variants[size][name].value.median) : 'too slow')),
  ])
  return `${measure.title}, ${measure.unit}\n${align([['', ...sizes], ...rows])}`
}

function byMedian(contestants) {
  const rank = ([, { value }]) => (value ? value.median : Number.POSITIVE_INFINITY)
  return Object.entries(contestants).sort((a, b) => rank(a) - rank(b))
}

function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const line = (row) =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
  return rows.map((row) => `   ${line(row)}`.trimEnd()).join('\n')
}

function number(value) {
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}
