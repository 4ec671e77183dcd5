const SVG = 'http://www.w3.org/2000/svg'

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== false && value !== undefined) node.setAttribute(name, value)
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null))
  return node
}

/** An HTML element: `html('p', { class: 'a', onclick() {} }, 'text')`. */
export const html = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children)

/** The same for SVG. */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children)
