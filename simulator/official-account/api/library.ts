/** A template of the platform's public library, made up; the same serves template messages and subscriptions. */
export interface PublicTemplate {
  tid: number
  title: string
  /** 2: one message per consent; 3: long-term. */
  type: 2 | 3
  categoryId: number
  keywords: { kid: number; name: string; example: string; rule: string }[]
}

/** Categories of the library. */
export const categories = [
  { id: 307, name: '服装/鞋/箱包' },
  { id: 670, name: '家居/家纺' },
]

/** The library. */
export const libraryTemplates: PublicTemplate[] = [
  {
    tid: 43216,
    title: '订单发货通知',
    type: 2,
    categoryId: 670,
    keywords: [
      { kid: 1, name: '快递单号', example: 'SF1234567890', rule: 'character_string' },
      { kid: 2, name: '快递公司', example: '顺丰速运', rule: 'thing' },
      { kid: 3, name: '发货时间', example: '2026年1月1日 10:00', rule: 'time' },
      { kid: 4, name: '商品名称', example: '水洗棉四件套', rule: 'thing' },
      { kid: 5, name: '订单金额', example: '¥199.00', rule: 'amount' },
    ],
  },
  {
    tid: 52011,
    title: '退款成功通知',
    type: 2,
    categoryId: 670,
    keywords: [
      { kid: 1, name: '退款金额', example: '¥199.00', rule: 'amount' },
      { kid: 2, name: '商品名称', example: '水洗棉四件套', rule: 'thing' },
      { kid: 3, name: '退款时间', example: '2026年1月1日 10:00', rule: 'time' },
    ],
  },
  {
    tid: 61007,
    title: '到货提醒',
    type: 2,
    categoryId: 307,
    keywords: [
      { kid: 1, name: '商品名称', example: '浴巾', rule: 'thing' },
      { kid: 2, name: '温馨提示', example: '数量有限', rule: 'thing' },
    ],
  },
]
