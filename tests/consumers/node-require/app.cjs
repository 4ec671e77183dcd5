const { createClient } = require('wxlogin')
const { host } = require('../node-host.cjs')

const client = createClient({
  baseURL: 'https://api.example.com',
  exchange: '/login',
  host,
  fallback: require('wxlogin/fallback'), // this is the mini-program's entry, and there is no WXWebAssembly
})
client.request({ url: '/orders', needs: 'login' }).then(({ data }) => console.log(data))
