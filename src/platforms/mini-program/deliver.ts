import { carrierNamed, OTHER_CARRIER } from '../../../rules/mini-program/carriers.js'
import { miniProgramLimits } from '../../../rules/mini-program/limits.js'
import type { Clock } from '../../core/clock.js'
import type { FilledNotice, ShippedParcel, ShippingReport } from '../../core/message.js'
import type { Outcome } from '../../core/outcome.js'
import { noticeOutcome } from '../official-account/deliver-notice.js'
import type { DeliveryTarget } from '../platform.js'
import type { Logistics } from './client/logistics.js'
import type { Orders } from './client/orders.js'
import type { Subscribe } from './client/subscribe.js'

export interface MiniProgramDeliverOptions {
  appid: string
  subscribe: Pick<Subscribe, 'send'>
  orders: Pick<Orders, 'uploadShipping'>
  logistics: Pick<Logistics, 'follow' | 'companies'>
  clock: Clock
}

/** How long the platform's list of carriers is taken as it is. */
const COMPANIES_MS = 86_400_000
const COMPANIES_FAILED_MS = 600_000

/**
 * Sends what a mini program sends: subscribe messages (no key, one per consent), shipping reports and waybills to
 * follow. A report may be repeated: the platform answers an unchanged one with 10060023, which is success, and gives the
 * same token for the same waybill.
 */
export function createMiniProgramDeliver(options: MiniProgramDeliverOptions) {
  const { appid, subscribe, orders, logistics, clock } = options
  let companies: { until: number; codes: Promise<ReadonlyMap<string, string>> } | undefined

  async function notice(message: FilledNotice, { to, signal }: DeliveryTarget): Promise<Outcome> {
    const { template: templateId, fields: data, miniProgram, visitor } = message
    if (visitor === undefined && to === '') return unknownVisitor
    if (miniProgram && miniProgram.appid !== appid) {
      return { state: 'failed', reason: `the page is of the mini program ${miniProgram.appid}, not of ${appid}` }
    }
    const receipt = await subscribe.send(
      { to: visitor ?? to, templateId, data, ...(miniProgram && { page: miniProgram.path }) },
      signal ? { signal } : {},
    )
    return receipt === undefined ? { state: 'sent' } : { state: 'sent', receipt }
  }

  async function upload(report: ShippingReport): Promise<Outcome> {
    const codes = await knownCodes()
    const parcels = report.parcels.map((parcel) => ({
      trackingNo: parcel.tracking,
      company: codeOf(parcel, codes),
      goods: parcel.goods,
      ...(parcel.receiverContact !== undefined && { receiverContact: parcel.receiverContact }),
    }))
    const goods = report.goods ?? ''
    await orders.uploadShipping({
      order: report.payment,
      payer: report.visitor,
      by:
        parcels.length === 0
          ? { kind: 'same-city', goods }
          : { kind: 'express', parcels, complete: report.complete ?? true },
    })
    return { state: 'sent' }
  }

  async function follow(report: ShippingReport): Promise<Outcome> {
    const [parcel] = report.parcels
    if (!parcel || !('transactionId' in report.payment) || report.receiverPhone === undefined) {
      return { state: 'failed', reason: "following needs a parcel, WeChat Pay's number and the receiver's phone" }
    }
    const receipt = await logistics.follow({
      openid: report.visitor,
      waybillId: parcel.tracking,
      company: codeOf(parcel, await knownCodes()),
      receiverPhone: report.receiverPhone,
      transactionId: report.payment.transactionId,
      goods: [{ name: shortened(parcel.goods), pictureUrl: report.picture ?? '' }],
      ...(report.page !== undefined && { orderPath: report.page }),
    })
    return { state: 'sent', receipt }
  }

  /** The platform's own codes by carrier name; empty while it does not say, then our table is taken. */
  function knownCodes(): Promise<ReadonlyMap<string, string>> {
    const now = clock.now().getTime()
    if (companies && now < companies.until) return companies.codes
    const asked = logistics.companies().then(
      (list) => new Map(list.flatMap(({ code, name }) => [code, name].map((word) => [plain(word), code] as const))),
      () => {
        companies = { until: clock.now().getTime() + COMPANIES_FAILED_MS, codes: Promise.resolve(new Map()) }
        return new Map<string, string>()
      },
    )
    companies = { until: now + COMPANIES_MS, codes: asked }
    return asked
  }

  return async (message: FilledNotice | ShippingReport, target: DeliveryTarget): Promise<Outcome> => {
    try {
      if (message.kind === 'filled-notice') return await notice(message, target)
      return message.report === 'upload' ? await upload(message) : await follow(message)
    } catch (error) {
      return noticeOutcome(error, clock.now(), message.kind === 'shipping')
    }
  }
}

/** The platform takes 60 characters of a name of goods; a longer one shows that it goes on. */
function shortened(goods: string): string {
  const most = miniProgramLimits.goodsName.value
  const characters = [...goods]
  return characters.length <= most ? goods : `${characters.slice(0, most - 1).join('')}…`
}

const unknownVisitor: Outcome = {
  state: 'skipped',
  reason: 'identity-unknown',
  detail: 'the person is not known in the mini program',
}

/**
 * The platform's code of a parcel's carrier: what its list has by the code, the name or another name of the carrier,
 * else our table's code when the list could not be had, else 其他 (OTHERS).
 */
export function codeOf({ carrier }: ShippedParcel, listed: ReadonlyMap<string, string>): string {
  const known = carrierNamed(carrier.code) ?? carrierNamed(carrier.name)
  const words = [carrier.code, carrier.name, ...(known ? [known.code, known.name, ...known.aliases] : [])]
  for (const word of words) {
    const code = listed.get(plain(word))
    if (code !== undefined) return code
  }
  return known?.code ?? OTHER_CARRIER
}

const plain = (words: string) => words.replace(/[\s_-]/g, '').toUpperCase()
