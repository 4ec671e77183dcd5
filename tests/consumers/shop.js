/* What a mini-program does with the package; its backend is told how it went. */
import { createClient, isLoginError } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://api.example.com',
  exchange: '/login',
  wasm: '/static/wxlogin.wasm.br',
})

async function shop() {
  const { statusCode } = await client.request({ url: '/orders', needs: 'login' })
  const refusal = await client.ensure('phone').catch((error) => isLoginError(error) && error.code)
  await client.request({ url: '/report', data: { statusCode, refusal } })
}

shop()
