/** Where the backend listens. On a phone this has to be a domain on the list at mp.weixin.qq.com. */
module.exports = { baseURL: 'http://127.0.0.1:3000' }
