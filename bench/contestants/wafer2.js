import qcloud from 'wafer2-client-sdk'
import { API, LOGIN_URL } from '../host.js'

export function open() {
  qcloud.setLoginUrl(LOGIN_URL)
  return {
    // Its only interface is callbacks; the promise is what a caller has to add.
    request: (path) =>
      new Promise((success, fail) => {
        qcloud.request({ url: API + path, header: { 'X-Page': 'home' }, success, fail })
      }),
    read: (response) => response.data,
  }
}
