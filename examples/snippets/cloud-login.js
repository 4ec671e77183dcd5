// app.js of a mini-program with WeChat cloud development. There is no code to exchange: the cloud
// knows who calls. `cloud-function.js` is the function that this names.
const { createClient } = require('wxlogin')

wx.cloud.init()

const client = createClient({
  baseURL: 'https://shop.example',
  exchange: { cloud: 'login' },
})

App({ client })
