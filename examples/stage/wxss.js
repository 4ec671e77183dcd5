/** App first, then components, then pages: the later ones win, as in WeChat. */
const ORDER = [/^app$/, /^components\//, /^pages\//]

/**
 * A WXSS file as CSS for the stage: `rpx` is a 750th of the phone's width, and no rule leaves the
 * screen, nor a page's its page.
 */
export function toCss(name, wxss) {
  const css = wxss.replace(/(-?[\d.]+)rpx\b/g, (_, count) => `calc(${count} * 100cqw / 750)`)
  const order = ORDER.findIndex((pattern) => pattern.test(name))
  const within = order === 2 ? `.screen [data-page="${name}"]` : '.screen'
  return { order, css: `${within} {\n${css}}` }
}
