import { AppError } from '../core/errors.js'
import type { Difference } from './difference.js'
import type { Fault } from './ports.js'

/** What can be wrong with something asked of a campaign. */
export type CampaignFault =
  | 'campaign.unknown'
  | 'campaign.exists'
  | 'campaign.invalid'
  | 'campaign.version'
  | 'campaign.state'
  | 'campaign.unestimated'
  | 'campaign.four-eyes'
  | 'campaign.schedule'
  | 'campaign.person'
  | 'campaign.busy'

/** A refusal, with the fields it is about. */
export class CampaignError extends AppError {
  override readonly name = 'CampaignError'
  override readonly code: CampaignFault
  /** What is wrong with a definition, where. */
  readonly faults: readonly Fault[]
  /** Where two versions differ. */
  readonly differences: readonly Difference[]

  constructor(
    code: CampaignFault,
    message: string,
    more: { fix?: string; faults?: readonly Fault[]; differences?: readonly Difference[] } = {},
  ) {
    super(code, message, more.fix === undefined ? {} : { fix: more.fix })
    this.code = code
    this.faults = more.faults ?? []
    this.differences = more.differences ?? []
  }
}
