import { randomBytes } from 'node:crypto'
import { needSession, sessionReply } from './login.js'
import { hashOf, isSecret, newSecret } from './sessions.js'

/** How long a page may show its code. Milliseconds. */
const SCENE_LIFE = 5 * 60 * 1000

/**
 * Logging a web page in by scanning: the page shows a mini-program code that carries `scene`, the
 * mini-program confirms it with its own session, the page collects a session. Whoever sees the code
 * knows the scene, so collecting takes the secret that only the page was told.
 */
export async function scanRoutes(app) {
  const { store } = app
  const keyOf = (name) => `scene:${name}`

  async function find({ params }) {
    const scene = await store.get(keyOf(params.scene))
    return scene && scene.expiresAt > app.now() ? scene : null
  }

  const unknown = (reply) =>
    reply
      .code(404)
      .send({ error: 'SCENE_UNKNOWN', message: 'scene: expected one that is waiting; show a new code' })

  app.post('/scan', { config: app.perAddress }, async () => {
    // WeChat docs, getUnlimitedQRCode: a scene has at most 32 characters, of which these are some.
    const scene = randomBytes(18).toString('base64url')
    const secret = newSecret()
    const record = { hash: hashOf(secret), openid: null, expiresAt: app.now() + SCENE_LIFE }
    await store.put(keyOf(scene), record, SCENE_LIFE)
    return { scene, secret, expires_in: SCENE_LIFE / 1000 }
  })

  app.get('/scan/:scene', async (request, reply) => {
    const scene = await find(request)
    if (!scene) return unknown(reply)
    const state = scene.openid ? 'confirmed' : 'waiting'
    const given = request.headers['x-scan-secret']
    if (given === undefined) return { state }
    if (!isSecret(given, scene.hash)) {
      return reply.code(403).send({
        error: 'SECRET_WRONG',
        message: 'x-scan-secret: expected the secret that came with this scene',
      })
    }
    if (state === 'waiting') return { state }
    // Whoever deletes it has collected it.
    if (!(await store.delete(keyOf(request.params.scene)))) return unknown(reply)
    const session = await app.sessions.create(scene.openid)
    return { state, ...sessionReply(app, await app.users.get(scene.openid), session) }
  })

  app.post('/scan/:scene/confirm', { onRequest: needSession }, async (request, reply) => {
    const { openid } = request.user
    const scene = await find(request)
    if (!scene) return unknown(reply)
    if (!scene.openid) {
      const confirmed = { ...scene, openid }
      const rest = scene.expiresAt - app.now()
      if (await store.replace(keyOf(request.params.scene), scene, confirmed, rest))
        return { state: 'confirmed' }
    }
    // Somebody has confirmed it: maybe this very user, by another tap.
    if ((await find(request))?.openid === openid) return { state: 'confirmed' }
    return reply.code(409).send({ error: 'SCENE_TAKEN', message: 'scene: somebody else has confirmed it' })
  })
}
