import type { Person } from '../../contacts/identity.js'
import type { ContactRow } from '../../contacts/model.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Purpose } from '../../core/outcome.js'
import { contactKey, type PlatformName } from '../../core/update.js'
import type { Channel } from '../channel.js'
import type { DeliveryRow } from '../delivery.js'
import type { Words } from '../explain.js'
import type { Reach } from './reach.js'
import { resolveChannel } from './resolve.js'
import type { CampaignOf } from './why-ends.js'
import type { WhyLine } from './why-line.js'
import { linesOf, verdictOf, type WhyFacts } from './why-lines.js'

export type { CampaignOf } from './why-ends.js'
export type { WhyLine } from './why-line.js'

/** What an explanation is read from. */
export interface WhyPorts {
  clock: Clock
  contacts: {
    get(contact: string): Promise<ContactRow | undefined>
    find(person: Person): Promise<string | undefined>
  }
  accounts: readonly { account: string; platform: PlatformName }[]
  reach: Pick<Reach, 'load' | 'quota' | 'policy' | 'touchesOf'>
  /** Deliveries to one contact (as of `contactKey`), newest first. */
  history(contact: string, limit: number): Promise<readonly DeliveryRow[]>
  /** How a campaign stands to this person; undefined when there is no such campaign. */
  campaign?(id: string, person: ContactRow): Promise<CampaignOf | undefined>
}

/** What is asked. */
export interface WhyQuestion {
  /** Our id of the contact, or the person's id on an account. */
  who: string
  campaign?: string | undefined
  /** Which account, where the person is known on several; else the campaign's, else the first that knows them. */
  account?: string | undefined
  /** Without a campaign: what kind of message is asked about. Marketing unless given. */
  purpose?: Purpose | undefined
}

/** Why one person gets a message, or does not. */
export interface Why {
  contact: string
  account: string
  /** The person's id on the account. */
  to?: string
  campaign?: string
  purpose: Purpose
  at: Date
  /** The answer in one sentence. */
  verdict: Words & { ok: boolean }
  /** Everything that was looked at, with its evidence. */
  lines: WhyLine[]
}

/** Which channels a question without a campaign is about. */
const CHANNELS_OF: Readonly<Record<Purpose, readonly Channel[]>> = {
  reply: ['customer-message'],
  service: ['template', 'customer-message'],
  marketing: ['customer-message', 'mass'],
  care: ['customer-message', 'mass'],
}
const DELIVERIES = 5

/** Explains one contact. Gives undefined when nobody of that id is known; throws AppError for an unknown campaign. */
export function createWhy(ports: WhyPorts): (question: WhyQuestion) => Promise<Why | undefined> {
  const { clock, contacts, accounts, reach } = ports

  /** By our id, also of a contact that was merged since; else by the id on any of the accounts. */
  async function contactOf(who: string): Promise<ContactRow | undefined> {
    const row = await contacts.get(who)
    if (row) return row.merge ? contactOf(row.merge.into) : row
    for (const { account, platform } of accounts) {
      const found = await contacts.find({ platform, account, externalId: who })
      if (found !== undefined) return contactOf(found)
    }
    return undefined
  }

  function accountOf(contact: ContactRow, named: string | undefined): string {
    const known = accounts.map(({ account }) => account)
    const chosen = named ?? contact.identities.find(({ account }) => known.includes(account))?.account ?? known[0]
    if (chosen !== undefined && known.includes(chosen)) return chosen
    throw new AppError('account.unknown', `no account '${chosen ?? ''}' is configured`, {
      fix: `name one of ${known.join(', ')}`,
    })
  }

  async function campaignOf(id: string | undefined, contact: ContactRow): Promise<CampaignOf | undefined> {
    if (id === undefined) return undefined
    const found = await ports.campaign?.(id, contact)
    if (found) return found
    throw new AppError('campaign.unknown', `there is no campaign '${id}'`, { fix: 'see `weloop campaign list`' })
  }

  return async (question) => {
    const contact = await contactOf(question.who)
    if (contact === undefined) return undefined
    const now = clock.now()
    const campaign = await campaignOf(question.campaign, contact)
    const account = accountOf(contact, question.account ?? campaign?.account)
    const purpose = campaign?.purpose ?? question.purpose ?? 'marketing'
    const channels = campaign?.channels ?? CHANNELS_OF[purpose]
    const policy = campaign?.policy ?? reach.policy
    const templates = campaign?.templates
    const options = { channels, ...(templates && { templates }), ...(campaign?.run && { source: campaign.run }) }
    const [[facts], quota, touches] = await Promise.all([
      reach.load([contact], account, now, options),
      reach.quota(account, now),
      reach.touchesOf(contact._id),
    ])
    if (facts === undefined) return undefined
    const input = { purpose, channels, facts, policy, quota, now, ...(templates && { templates }) }
    const about: WhyFacts = {
      ...{ now, contact, account, facts, touches, quota, policy, purpose, channels },
      resolution: resolveChannel(input),
      deliveries:
        facts.to === undefined ? [] : await ports.history(contactKey({ account, from: facts.to }), DELIVERIES),
      ...(campaign && { campaign }),
    }
    const lines = linesOf(about)
    return {
      contact: contact._id,
      account,
      ...(facts.to !== undefined && { to: facts.to }),
      ...(campaign && { campaign: campaign.id }),
      purpose,
      at: now,
      verdict: verdictOf(about, lines),
      lines,
    }
  }
}
