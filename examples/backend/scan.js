import { randomBytes, timingSafeEqual } from 'node:crypto'
import { needSession, sessionReply } from './login.js'

/** How long a page may show its code. Milliseconds. */
const SCENE_LIFE = 5 * 60 * 1000

/**
 * Logging a web page in by scanning: the page shows a mini-program code that carries `scene`, the
 * mini-program confirms it with its own session, the page collects a session. Whoever sees the code
 * knows the scene, so collecting takes the secret that only the page was told.
 */
export async function scanRoutes(app) {
  const scenes = new Map()

  function dropExpired() {
    for (const [name, { expiresAt }] of scenes) {
      if (expiresAt > app.now()) return
      scenes.delete(name)
    }
  }

  function find(request, reply) {
    const scene = scenes.get(request.params.scene)
    if (scene && scene.expiresAt > app.now()) return scene
    reply
      .code(404)
      .send({ error: 'SCENE_UNKNOWN', message: 'scene: expected one that is waiting; show a new code' })
    return null
  }

  app.post('/scan', () => {
    dropExpired()
    // WeChat docs, getUnlimitedQRCode: a scene has at most 32 characters, of which these are some.
    const scene = randomBytes(18).toString('base64url')
    const secret = randomBytes(32)
    scenes.set(scene, { secret, openid: null, expiresAt: app.now() + SCENE_LIFE })
    return { scene, secret: secret.toString('base64url'), expires_in: SCENE_LIFE / 1000 }
  })

  app.get('/scan/:scene', (request, reply) => {
    const scene = find(request, reply)
    if (!scene) return reply
    const state = scene.openid ? 'confirmed' : 'waiting'
    const given = request.headers['x-scan-secret']
    if (given === undefined) return { state }
    if (!sameSecret(given, scene.secret)) {
      return reply.code(403).send({
        error: 'SECRET_WRONG',
        message: 'x-scan-secret: expected the secret that came with this scene',
      })
    }
    if (state === 'waiting') return { state }
    scenes.delete(request.params.scene)
    const session = app.sessions.create(scene.openid)
    return { state, ...sessionReply(app, app.users.get(scene.openid), session) }
  })

  app.post('/scan/:scene/confirm', { onRequest: needSession }, (request, reply) => {
    const scene = find(request, reply)
    if (!scene) return reply
    if (scene.openid && scene.openid !== request.user.openid) {
      return reply.code(409).send({ error: 'SCENE_TAKEN', message: 'scene: somebody else has confirmed it' })
    }
    scene.openid = request.user.openid
    return { state: 'confirmed' }
  })
}

function sameSecret(given, secret) {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === secret.length && timingSafeEqual(bytes, secret)
}
