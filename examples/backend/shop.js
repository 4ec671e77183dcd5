import { randomBytes } from 'node:crypto'
import { needSession } from './login.js'

/** Prices in fen, as WeChat Pay counts. */
const GOODS = [
  { id: 'tea', name: '龙井茶 Longjing tea', price: 6800, emoji: '🍵' },
  { id: 'bun', name: '鲜肉包 Pork bun', price: 450, emoji: '🥟' },
  { id: 'mooncake', name: '莲蓉月饼 Lotus mooncake', price: 2900, emoji: '🥮' },
  { id: 'noodles', name: '兰州拉面 Lanzhou noodles', price: 2200, emoji: '🍜' },
  { id: 'lychee', name: '荔枝 Lychees', price: 3600, emoji: '🍒' },
  { id: 'panda', name: '熊猫玩偶 Toy panda', price: 9900, emoji: '🐼' },
]

const itemId = {
  type: 'string',
  enum: GOODS.map(({ id }) => id),
  description: `one of ${GOODS.map(({ id }) => id).join(', ')}`,
}
const item = { type: 'object', required: ['id'], properties: { id: itemId } }
const cart = {
  type: 'object',
  required: ['ids'],
  properties: {
    ids: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: itemId,
      description: 'a list of 1 to 50 item ids',
    },
  },
}

export async function shopRoutes(app) {
  app.get('/goods', async () => ({ goods: GOODS }))

  async function changed({ user }, change) {
    const { favourites } = await app.users.update(user.openid, ({ favourites }) => ({
      favourites: change(favourites),
    }))
    return { favourites }
  }

  app.get('/favourites', { onRequest: needSession }, async ({ user: { favourites } }) => ({ favourites }))

  app.post('/favourites', { onRequest: needSession, schema: { body: item } }, (request) => {
    const { id } = request.body
    return changed(request, (favourites) => (favourites.includes(id) ? favourites : [...favourites, id]))
  })

  app.delete('/favourites/:id', { onRequest: needSession, schema: { params: item } }, (request) => {
    const { id } = request.params
    return changed(request, (favourites) => favourites.filter((each) => each !== id))
  })

  app.post('/checkout', { onRequest: needSession, schema: { body: cart } }, (request, reply) => {
    if (!request.user.phone) {
      return reply
        .code(403)
        .send({ error: 'PHONE_REQUIRED', need: 'phone', message: 'an order needs a phone number' })
    }
    const prices = request.body.ids.map((id) => GOODS.find((goods) => goods.id === id).price)
    return {
      order: `order-${randomBytes(6).toString('hex')}`,
      total: prices.reduce((sum, price) => sum + price, 0),
    }
  })
}
