import type { z } from 'zod'
import type { Exchange } from '../exchanges.js'
import type { Platform } from '../platform.js'
import { type Corp, type Scene, sceneOf } from '../wecom/corp.js'
import { sweepDesk } from '../wecom/kf/sessions.js'
import { findPerson, findStaff, type PersonChoice, personOf } from '../wecom/people.js'
import { sweep } from '../wecom/transfers.js'
import { ControlError } from './person.js'

/** What an act led to: its own fields, the last push it caused, and when all of them are over. */
export type CorpAct<T extends object = object> = T & { exchange?: Exchange; done: Promise<Exchange[]> }

/** An act: its body and what it does for somebody. */
export interface ActOf<S extends z.ZodType, Who, R extends object> {
  schema: S
  run(scene: Scene, who: Who, given: z.output<S>): R
}

/** Describes an act. */
export const actOf = <S extends z.ZodType, Who, R extends object>(
  schema: S,
  run: (scene: Scene, who: Who, given: z.output<S>) => R,
): ActOf<S, Who, R> => ({ schema, run })

/** Runs something in a moment of its own, after what time has done by itself, and gathers the pushes. */
export function inScene<T extends object>(platform: Platform, corp: Corp, run: (scene: Scene) => T): CorpAct<T> {
  const scene = sceneOf(platform, corp)
  sweep(scene)
  sweepDesk(scene)
  const before = scene.pushes.length
  const result = run(scene)
  const own = scene.pushes.slice(before)
  const done = Promise.all(scene.pushes.map((one) => one.done))
  const last = own.at(-1)?.exchange
  return { ...result, ...(last && { exchange: last }), done }
}

/** Ids of those who shall be in a group: members by userid, everybody else as a person. */
export const memberIds = (scene: Scene, choices: readonly PersonChoice[]): string[] =>
  choices.map((choice) => {
    const staff = typeof choice === 'string' ? findStaff(scene.corp, choice) : undefined
    return staff ? staff.id : personOf(scene, choice).id
  })

/** A member or a known customer by any id; 404 for nobody. */
export function anybody(scene: Scene, id: string): string {
  const staff = findStaff(scene.corp, id)
  if (staff) return staff.id
  const person = findPerson(scene.platform, scene.corp, id)
  if (!person) throw new ControlError(404, `there is nobody with the id ${id}`)
  return person.id
}
