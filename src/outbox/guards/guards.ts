import type { Standing } from '../../contacts/contacts.js'
import type { Person } from '../../contacts/identity.js'
import type { Windows } from '../../contacts/windows.js'
import type { ConsentPurpose } from '../../core/context.js'
import type { Message } from '../../core/message.js'
import type { PlatformName } from '../../core/update.js'
import type { DeliveryRow } from '../delivery.js'
import type { Guard } from '../guard.js'
import type { Reach } from '../reach/reach.js'
import { capsGuard } from './caps.js'
import { consentGuard } from './consent.js'
import { creditGuard } from './credit.js'
import { followGuard } from './follow.js'
import { quietGuard } from './quiet.js'
import { quotaGuard } from './quota.js'
import { windowGuard } from './window.js'

/** What the guards ask. */
export interface GuardDeps {
  contacts: { standing(person: Person): Promise<Standing | undefined> }
  windows: Pick<Windows, 'of'>
  /** The platform an account is on; undefined when it is not configured. */
  platform(account: string): PlatformName | undefined
  /** The acceptances of subscription templates, and which messages need one. */
  credits?: { of(person: Person, template: string): Promise<number> }
  subscriptionOf?(message: Message): string | undefined
  /** Purposes that need an explicit yes; without it a person may be written to until they refuse. */
  requireConsent?: readonly ConsentPurpose[]
  /** Caps, quiet hours and quotas; its policy also says which purposes need an explicit yes. */
  reach?: Pick<Reach, 'policy' | 'quota' | 'check'>
}

/** The same, with the person of a delivery. */
export interface GuardPorts extends GuardDeps {
  personOf(delivery: DeliveryRow): Person | undefined
}

/** The rules that every delivery must keep, in the order in which they are asked. */
export function createGuards(deps: GuardDeps): readonly Guard[] {
  const { reach } = deps
  const ports: GuardPorts = {
    ...(reach && { requireConsent: reach.policy.requireConsent }),
    ...deps,
    personOf({ account, to }) {
      const platform = deps.platform(account)
      return platform && { platform, account, externalId: to }
    },
  }
  const always = [followGuard(ports), consentGuard(ports), windowGuard(ports), creditGuard(ports)]
  return reach ? [...always, capsGuard(ports, reach), quietGuard(reach.policy), quotaGuard(reach)] : always
}
