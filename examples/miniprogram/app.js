const { createClient } = require('wxlogin')
const { baseURL } = require('./config')

const pageOnTop = () => getCurrentPages().slice(-1)[0]

// One client for the whole app. Nothing happens here: there is no login until a request needs one.
const client = createClient({
  baseURL,
  exchange: '/login',
  loginTimeout: 6000,
  // The backend says what is missing: 403 { need: 'phone' }. A 401 is understood without a word.
  needs: ({ statusCode, data }) => (statusCode === 403 && data && data.need) || undefined,
  prompts: {
    phone: { ask: () => pageOnTop().askPhone(), submit: '/phone' },
    'scope.writePhotosAlbum': { ask: () => pageOnTop().askAlbum() },
  },
})

App({ client, cart: {} })
