import wxlogin = require('wxlogin')
import fallback = require('wxlogin/fallback')

const client: wxlogin.Client = wxlogin.createClient({ baseURL: 'https://a', exchange: '/login', fallback })
client.login().catch((error) => wxlogin.isLoginError(error) && error.code === 'LOGIN_FAILED')
