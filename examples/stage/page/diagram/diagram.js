import { html, svg } from '../element.js'

export const LANES = ['page', 'client', 'wechat', 'backend']
const ROW = 30
const TOP = 14
const HEAD = 7
const MOST_EPISODES = 24

/**
 * The sequence diagram: one picture an episode, one row an arrow, newest below.
 *
 * @param {object} words
 */
export function createDiagram(words) {
  const list = html('ol', { class: 'episodes' })
  const scroller = html(
    'div',
    { class: 'scroller', tabindex: '0', role: 'log', 'aria-label': words.label },
    list,
  )
  const heads = LANES.map((lane) =>
    html('div', { class: `lane lane-${lane}` }, html('span', {}, words.lanes[lane])),
  )
  const legend = Object.entries(words.legend).map(([tone, text]) =>
    html('li', { class: `tone-${tone}` }, text),
  )
  const node = html(
    'section',
    { class: 'diagram card', 'aria-label': words.title },
    html('ul', { class: 'legend', 'aria-label': words.legendLabel }, legend),
    html(
      'div',
      { class: 'lanes', 'aria-hidden': 'true' },
      html('div', { class: 'lane-time' }, words.time),
      heads,
    ),
    scroller,
  )
  const drawn = []
  let width = 0
  let gutter = 0

  const x = (lane) => gutter + ((width - gutter) * (LANES.indexOf(lane) + 0.5)) / LANES.length

  function picture({ rows, startedAt }) {
    const height = TOP + rows.length * ROW + 4
    const lines = LANES.map((lane) =>
      svg('line', { class: 'life', x1: x(lane), x2: x(lane), y1: 0, y2: height }),
    )
    const label = rows.map((row) => describe(row)).join('; ')
    return svg(
      'svg',
      { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
      lines,
      rows.map((row, index) => drawRow(row, TOP + index * ROW + ROW / 2, row.time - startedAt)),
    )
  }

  function describe({ at, from, to, label }) {
    return at ? `${words.lanes[at]}: ${label}` : `${words.lanes[from]} → ${words.lanes[to]}: ${label}`
  }

  function drawRow(row, y, ms) {
    const fresh = performance.now() - row.time < 400 ? ' fresh' : ''
    const time = svg(
      'text',
      { class: 'when', x: gutter - (gutter > 60 ? 12 : 8), y: y + 4 },
      ms < 10000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`,
    )
    return svg(
      'g',
      { class: `row tone-${row.tone}${fresh}` },
      time,
      row.at ? drawNote(row, y) : drawArrow(row, y),
    )
  }

  function drawArrow({ from, to, label, reply }, y) {
    const way = Math.sign(x(to) - x(from))
    const start = x(from)
    const end = x(to) - way * 2
    return [
      svg('line', {
        class: reply ? 'shaft reply' : 'shaft',
        x1: start,
        x2: end - way * HEAD,
        y1: y + 5,
        y2: y + 5,
      }),
      svg('path', { class: 'head', d: `M${end} ${y + 5}l${-way * (HEAD + 2)} -4.5v9z` }),
      svg('text', { class: 'label', x: (start + end) / 2, y: y - 1 }, label),
    ]
  }

  function drawNote({ at, label }, y) {
    const half = label.length * (/[^\x20-\x7e✓]/.test(label) ? 5.6 : 3.5) + 12
    return [
      svg('rect', { class: 'note', x: x(at) - half, y: y - 9, width: half * 2, height: 20, rx: 10 }),
      svg('text', { class: 'label', x: x(at), y: y + 5 }, label),
    ]
  }

  function render(episode) {
    episode.place.replaceChildren(picture(episode))
  }

  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight
  }
  new ResizeObserver(() => {
    if (width !== list.clientWidth) {
      width = list.clientWidth
      gutter = Number.parseFloat(getComputedStyle(node).getPropertyValue('--gutter'))
      for (const episode of drawn) render(episode)
    }
    toEnd()
  }).observe(scroller)

  return {
    node,
    /** Opens a picture: `title` says what set it off. */
    begin(title, kind) {
      const place = html('div', { class: 'picture-place' })
      const item = html('li', { class: `episode kind-${kind}` }, html('h3', {}, title), place)
      list.append(item)
      const episode = { place, item, rows: [], startedAt: performance.now() }
      drawn.push(episode)
      if (drawn.length > MOST_EPISODES) drawn.shift().item.remove()
      return {
        add(row) {
          episode.rows.push({ ...row, time: performance.now() })
          render(episode)
          toEnd()
        },
      }
    },
  }
}
