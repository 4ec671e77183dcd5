/** Waits for the login page, if the shop has one, fills it in, and leaves it as its `onUnload` does. */
export async function fillIn({ client, clock, done, screen, shop, wx }, detail = shop.login.detail) {
  await clock.advance(100)
  if (shop.login.isSilent) return
  await done(client.provide('login', detail))
  if (screen.page !== 'pages/index/index') await wx.navigateBack()
  client.deny('login')
}

/** A login from the first call to its end. */
export async function logIn(app, detail) {
  const login = app.client.login()
  await fillIn(app, detail)
  await app.done(login)
  return app
}
