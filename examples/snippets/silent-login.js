// app.js of a mini-program that logs in as it starts, so that the first page need not wait for it.
const { createClient } = require('wxlogin')

const client = createClient({ baseURL: 'https://shop.example', exchange: '/login' })

App({
  client,

  onLaunch() {
    // Nobody sees this login, so nobody should see it fail: the first request that needs it tries
    // again, and its page says what is wrong.
    client.login().catch(() => {})
  },
})
