// cloudfunctions/login/index.js
const cloud = require('wx-server-sdk')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async () => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  // Servers of your own know nothing of the cloud's callers: for them, add a `token` that they made.
  return { openid: OPENID, unionid: UNIONID, expires_in: 7200 }
}
