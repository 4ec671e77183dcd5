const { isChinese } = require('./words')

const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`

/** A name of the backend's is Chinese first, then English: '龙井茶 Longjing tea'. */
function nameOf({ name }) {
  const gap = name.indexOf(' ')
  return isChinese() ? name.slice(0, gap) : name.slice(gap + 1)
}

const pictureOf = ({ id }) => `/images/${id}.svg`

/** What the pages show of the backend's goods, and which of them are favourites. */
function shelf(goods, favourites, cart) {
  return goods.map((item) => ({
    id: item.id,
    image: pictureOf(item),
    name: nameOf(item),
    price: yuan(item.price),
    liked: favourites.indexOf(item.id) >= 0,
    count: cart[item.id] || 0,
  }))
}

module.exports = { yuan, nameOf, pictureOf, shelf }
