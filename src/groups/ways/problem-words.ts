import { limits } from '../../../rules/wecom/limits.js'
import { AppError, messageOf } from '../../core/errors.js'

/** What stands in the way, in words for staff. */
export interface Refusal {
  code: string
  message: string
  fix: string
  /** `uncertain`: the platform may have done it. `gone`: the way is not there any more. */
  kind: 'uncertain' | 'gone' | 'refused'
}

/** The platform's refusals of join ways, by its own number. */
const WORDS: Record<number, { message: string; fix: string }> = {
  40058: { message: '企业微信认为参数不对', fix: '检查入群方式的群、备注和渠道值' },
  41044: { message: '这个入群方式在企业微信里已被删除，旧二维码失效', fix: '系统会重建，请换掉已经印出去的二维码' },
  41045: {
    message: '“加入群聊”和“联系我”合计已满 50 万个',
    fix: '删除不用的入群方式或渠道活码，再执行 weloop steer ways sync',
  },
  41091: { message: `一个入群方式最多 ${limits.joinGroups.value} 个群`, fix: '系统按顺序轮换，请反馈这个问题' },
  48002: {
    message: '应用没有客户联系的接口权限',
    fix: '管理后台 > 客户与上下游 > 客户联系 > API > 可调用接口的应用，加入本应用',
  },
  60020: { message: '服务器的 IP 不在企业可信 IP 里', fix: '在应用详情页加入可信 IP，见 weloop doctor' },
  90501: { message: '名单里有的不是客户群', fix: '去掉不是客户群的群 ID' },
  90509: { message: '名单里有的不是客户群', fix: '去掉不是客户群的群 ID' },
}

const NO_SUCH_WAY = 41_044

/** A failed call as a refusal. */
export function refusalOf(error: unknown): Refusal {
  const errcode = fieldOf(error, 'errcode')
  const cls = fieldOf(error, 'class')
  const words = typeof errcode === 'number' ? WORDS[errcode] : undefined
  const fix = fieldOf(error, 'fix')
  return {
    code: typeof errcode === 'number' ? String(errcode) : typeof cls === 'string' ? cls : 'failed',
    message: words?.message ?? messageOf(error),
    fix: words?.fix ?? (typeof fix === 'string' ? fix : '稍后会自动再试'),
    kind: errcode === NO_SUCH_WAY ? 'gone' : isUnclear(error, cls) ? 'uncertain' : 'refused',
  }
}

/** What the client did not put into words may have happened anywhere, after the platform had done its part too. */
const isUnclear = (error: unknown, cls: unknown) =>
  cls === 'uncertain' || (cls === undefined && !(error instanceof AppError))

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
