import { limits } from '../../rules/official-account/limits.js'
import { randomText } from '../ids.js'
import type { Account, SceneCode } from './account.js'

/** What a scene code stands for. */
export interface Scene {
  id: number
  text: string
}

/** Adds a code; the oldest temporary ones are forgotten beyond 100,000. */
export function addCode(account: Account, scene: Scene, permanent: boolean, now: number, lifeMs: number): SceneCode {
  const code: SceneCode = {
    ticket: `gQ${randomText(92)}==`,
    url: `http://weixin.qq.com/q/02${randomText(22)}`,
    scene: scene.text === '' ? String(scene.id) : scene.text,
    sceneId: scene.id,
    sceneStr: scene.text,
    permanent,
    expiresAt: permanent ? Number.POSITIVE_INFINITY : now + lifeMs,
    createdAt: now,
  }
  account.codes.set(code.ticket, code)
  if (account.codes.size > limits.permanentScenes.value) {
    const [oldest] = account.codes.keys()
    if (oldest !== undefined) account.codes.delete(oldest)
  }
  return code
}

/** A code of this ticket, or the newest one of this scene. */
export function findCode(account: Account, by: { ticket?: string; scene?: string }): SceneCode | undefined {
  if (by.ticket !== undefined) return account.codes.get(by.ticket)
  return [...account.codes.values()].reverse().find((code) => code.scene === by.scene)
}

/** A code as the control API lists it. */
export function codeView(code: SceneCode, now: number) {
  const { ticket, url, scene, permanent, createdAt, expiresAt } = code
  return { ticket, url, scene, permanent, createdAt, expired: expiresAt <= now }
}
