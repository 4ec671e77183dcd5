import { API } from '../host.js'
import * as glue from '../node_modules/.cache/smallest/wxlogin_bg.js'

/** The floor behind the least wasm-bindgen module there can be: one call of it before each request. */
export function open() {
  const token = wx.getStorageSync('token')
  const ready = WXWebAssembly.instantiate('/smallest.wasm.br', { './wxlogin_bg.js': glue }).then(start)

  function start({ instance }) {
    glue.__wbg_set_wasm(instance.exports)
  }

  function send(path) {
    const header = { Authorization: `Bearer ${token}`, 'X-Page': 'home' }
    return new Promise((success, fail) => {
      glue.echo(1)
      wx.request({ url: API + path, header, success, fail })
    })
  }

  return { request: (path) => ready.then(() => send(path)) }
}
