import { createClient, isLoginError, LoginError } from 'wxlogin'
import { host } from '../node-host.cjs'

const client = createClient({ baseURL: 'https://api.example.com', exchange: '/login', host })
const { data } = await client.request({ url: '/orders', needs: 'login' })
console.log(data, isLoginError(new LoginError('ABORTED', 'as a sample')))

// The mini-program's own files can be imported by name, too.
const fallback = await import('wxlogin/fallback')
const miniprogram = await import('wxlogin/miniprogram')
console.log(typeof fallback.instantiate, typeof miniprogram.createClient)
