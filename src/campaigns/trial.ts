import { createHash } from 'node:crypto'
import { CampaignError } from './campaign-error.js'
import type { CampaignRow } from './model.js'
import type { Plan } from './plan.js'
import type { CampaignPorts } from './ports.js'

/** Who gets a campaign's message on trial. */
export interface Trial {
  /** Our id of the contact, or the person's id on the account. */
  contact?: string | undefined
  to?: string | undefined
  /** The variant's (or stage's) name; the first unless given. */
  variant?: string | undefined
  /** The same trial asked for twice is sent once; a new one each time unless given. */
  nonce: string
}

/** A message on trial, put into the outbox. */
export interface TrialSent {
  /** The delivery's key: how it went is read there. */
  key: string
  to: string
  variant: string
}

/**
 * Sends one message of a campaign to one person, outside of every run: its source starts with `test:`, it needs no
 * consent, counts against no cap and waits for no hour; the platform's own rules (the 48 h window) hold. Its purpose is
 * `service` for that reason: the person asked for it.
 */
export async function sendTrial(
  ports: Pick<CampaignPorts, 'put' | 'missing' | 'personOn'>,
  campaign: CampaignRow,
  plan: Plan,
  trial: Trial,
): Promise<TrialSent> {
  const { account } = plan
  const to = trial.to ?? (trial.contact === undefined ? undefined : await ports.personOn(trial.contact, account))
  if (to === undefined || to === '') {
    throw new CampaignError('campaign.person', `the person is not known on the account ${account}`, {
      fix: 'give the id of a contact that follows the account, or an openid',
    })
  }
  const variant =
    trial.variant === undefined ? plan.variants[0] : plan.variants.find(({ name }) => name === trial.variant)
  if (variant === undefined) {
    const names = plan.variants.map(({ name }) => name).join(', ')
    throw new CampaignError('campaign.invalid', `there is no variant '${trial.variant}'`, { fix: `one of ${names}` })
  }
  const lost = ports.missing(variant.message)
  if (lost !== undefined) {
    throw new CampaignError('campaign.invalid', `there is no ${lost} in the content folder`, {
      fix: 'see `weloop content check`',
    })
  }
  const nonce = createHash('sha256').update(`${to}\n${trial.nonce}`).digest('hex').slice(0, 24)
  const key = `test:${campaign._id}:${campaign.version}:${plan.variants.indexOf(variant)}:${nonce}`
  await ports.put({ key, account, to, purpose: 'service', message: variant.message, source: `test:${campaign._id}` })
  return { key, to, variant: variant.name }
}
