import { AppError } from '../../core/errors.js'
import type { Message, Reply } from '../../core/message.js'
import { concernsContact, type PlatformName, type Update } from '../../core/update.js'
import type { Invitation, Moment, Steer, SteeredPerson } from './steer.js'

/** A delivery as far as an invitation in it matters. */
interface Delivery {
  key: string
  account: string
  to: string
  message: Message
}

/** Puts the right group in place of `groupInvite(name)`, where it is known who the person is. */
export interface Settling {
  /** A handler's reply; anything but an invitation comes back as it is, without a promise. */
  reply(update: Update, reply: Reply): Reply | Promise<Reply>
  /** `outbox.put` for what handlers send: an invitation becomes the person's own before it is stored. */
  sending<D extends Delivery, R>(put: (delivery: D) => Promise<R>): (delivery: D) => Promise<R | undefined>
}

/** The settling of invitations. */
export function createSettling(ports: {
  steer: Pick<Steer, 'invite'>
  platform(account: string): PlatformName | undefined
  now(): Date
}): Settling {
  const { steer, platform, now } = ports
  const invite = async (
    name: string,
    who: SteeredPerson,
    about: Moment & { key: string; at: Date },
  ): Promise<Invitation['message']> => (await steer.invite(name, who, about)).message

  return {
    reply(update, reply) {
      if (typeof reply !== 'object' || reply.kind !== 'invitation') return reply
      const { account, from: externalId, id, at } = update
      if (update.platform === 'wecom' && !concernsContact(update.kind)) return Promise.reject(forStaff(reply.name))
      return invite(
        reply.name,
        { platform: update.platform, account, externalId },
        { ...momentOf(update), key: `${account}:${id}`, at },
      )
    },
    sending(put) {
      return async (delivery) => {
        const { message, account, to, key } = delivery
        const on = platform(account)
        if (message.kind !== 'invitation' || on === undefined) return put(delivery)
        if (on === 'wecom') throw forStaff(message.name)
        const settled = await invite(message.name, { platform: on, account, externalId: to }, { key, at: now() })
        return settled && put({ ...delivery, message: settled })
      }
    },
  }
}

/** What the update itself says: the words, or the code that was scanned. */
export function momentOf(update: Update): Moment {
  switch (update.kind) {
    case 'message.text':
      return { said: update.text }
    case 'message.voice':
      return { said: update.transcript }
    case 'event.subscribe':
    case 'event.scan':
      return { scene: update.scene }
    case 'event.customer.added':
      return { state: update.state }
    default:
      return {}
  }
}

/** What goes out through an account of WeCom goes to staff: they need no invitation, and are no contacts. */
const forStaff = (name: string) =>
  new AppError('steer.staff', `the invitation '${name}' would go to a member of the corporation`, {
    fix: 'invite followers of an Official Account, or customers in their welcome (content/contact-ways)',
  })
