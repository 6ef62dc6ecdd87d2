import { type FieldKind, fieldKinds, fieldSource, otherField } from './template-fields.js'

/** Why a value does not suit its field, in words; `limit` is set when it is too long. */
export interface FieldFault {
  readonly limit?: number
  readonly length: number
  readonly en: string
  readonly zh: string
  readonly source: string
}

/** A value of each kind as people write it; a kind without one takes any text. */
export const fieldExamples: Readonly<Record<string, string>> = {
  thing: '絮棉四件套',
  number: '18',
  letter: 'VIP',
  symbol: '★',
  character_string: 'XH20260302001',
  time: '2026年3月2日 15:01',
  date: '2026年3月2日',
  amount: '¥128.00',
  phone_number: '0571-00000000',
  car_number: '浙A00000',
  name: '小絮',
  phrase: '已签收',
  keyword: '絮棉四件套',
}

/** Where it was read that `first`, `remark`, colours and emoji no longer reach anybody. */
export const removedSource = 'developers.weixin.qq.com: 关于规范公众号模板消息的再次公告 (2023-05-04)'

/**
 * Words of promotions: notices state facts of a service the person used, and templates with such words are banned
 * (43116) and accounts punished. A word list can only warn.
 */
export const marketingWords: readonly string[] = [
  ...['优惠', '折扣', '打折', '促销', '特价', '秒杀', '抢购', '限时', '满减', '立减', '红包', '抽奖', '中奖', '大奖'],
  ...['免费领', '免费送', '领取', '领券', '福利', '新品', '上新', '爆款', '清仓', '邀请好友', '拼团', '砍价'],
  ...['推荐', '好货', '剁手', '返现', '返利', '集赞', '转发', '分享', '点击购买', '立即购买', '马上抢', '再来一单'],
]

/** Where the ban was read. */
export const marketingSource = 'developers.weixin.qq.com: 模板消息运营规范 (不得用于营销)'

/** The kind's name in a field's name: `character_string` of `character_string1`; undefined when it is no field's name. */
export function kindNameOf(key: string): string | undefined {
  const found = /^([a-z]+(?:_[a-z]+)?)\d{1,3}$/.exec(key)?.[1]
  return found !== undefined && (found === 'keyword' || Object.hasOwn(fieldKinds, found)) ? found : undefined
}

/** The kind of that name; older templates' `keyword` included. */
export const kindOf = (name: string): FieldKind =>
  (Object.hasOwn(fieldKinds, name) ? fieldKinds[name] : undefined) ?? otherField

/** What the platform would refuse (47003) about a value; characters are counted as people do, one for an emoji. */
export function fieldFault(key: string, value: string): FieldFault | undefined {
  const name = kindNameOf(key)
  const length = [...value].length
  const source = fieldSource
  if (name === undefined) return { length, en: 'not a field of a template', zh: '不是模板的字段名', source }
  const { max, pattern, en, zh } = kindOf(name)
  if (value.trim() === '') return { length, en: 'empty', zh: '是空的', source }
  if (/[\r\n\u2028\u2029]/.test(value)) return { length, en: 'has a line break', zh: '不能换行', source }
  if (length > max) {
    return {
      length,
      limit: max,
      en: `${length} characters, at most ${max}`,
      zh: `有 ${length} 个字，最多 ${max} 个字`,
      source,
    }
  }
  return pattern && !pattern.test(value) ? { length, en: `must be ${en}`, zh: `不合格式：${zh}`, source } : undefined
}
