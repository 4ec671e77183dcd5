const { createClient } = require('wxlogin')
const { host } = require('../node-host.cjs')

const client = createClient({ baseURL: 'https://api.example.com', exchange: '/login', host })
client
  .request({ url: '/orders', needs: 'login' })
  .then(({ data }) => console.log(data, typeof require('wxlogin/fallback').instantiate))
