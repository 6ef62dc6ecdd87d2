import { DateTime } from 'luxon'

/** What a column may be. */
export type Column =
  | 'orderNo'
  | 'rev'
  | 'user'
  | 'openid'
  | 'miniOpenid'
  | 'unionid'
  | 'phone'
  | 'createdAt'
  | 'paidAt'
  | 'completedAt'
  | 'cancelledAt'
  | 'totalFen'
  | 'paidFen'
  | 'transactionId'
  | 'carrier'
  | 'trackingNo'
  | 'shippedAt'
  | 'deliveredAt'
  | 'refundNo'
  | 'refundFen'
  | 'refundAt'
  | 'sku'
  | 'name'
  | 'category'
  | 'line'
  | 'qty'
  | 'amountFen'
  | 'consumeDays'

/** How a cell is read. */
type Kind = 'text' | 'whole' | 'time' | 'fen' | 'yuan'

interface Known {
  column: Column
  kind: Kind
  names: readonly string[]
}

/** Headers as shops and their exports write them; case, blanks, `_` and `-` do not matter. */
const COLUMNS: readonly Known[] = [
  { column: 'orderNo', kind: 'text', names: ['order_no', 'order_id', 'order', '订单号', '订单编号', '主订单编号'] },
  { column: 'rev', kind: 'whole', names: ['rev', 'version', '版本'] },
  { column: 'user', kind: 'text', names: ['user', 'user_id', 'uid', '用户ID', '会员号', '会员ID', '买家ID'] },
  { column: 'openid', kind: 'text', names: ['openid', '公众号openid'] },
  { column: 'miniOpenid', kind: 'text', names: ['mini_openid', '小程序openid'] },
  { column: 'unionid', kind: 'text', names: ['unionid'] },
  { column: 'phone', kind: 'text', names: ['phone', 'mobile', '手机', '手机号', '手机号码'] },
  { column: 'createdAt', kind: 'time', names: ['created_at', '下单时间', '创建时间', '订单创建时间'] },
  { column: 'paidAt', kind: 'time', names: ['paid_at', '付款时间', '支付时间', '订单付款时间'] },
  { column: 'completedAt', kind: 'time', names: ['completed_at', '完成时间', '交易成功时间'] },
  { column: 'cancelledAt', kind: 'time', names: ['cancelled_at', 'canceled_at', '取消时间', '关闭时间'] },
  { column: 'totalFen', kind: 'fen', names: ['total_fen'] },
  { column: 'totalFen', kind: 'yuan', names: ['total', 'total_yuan', '订单金额', '应付金额', '总金额'] },
  { column: 'paidFen', kind: 'fen', names: ['paid_fen'] },
  { column: 'paidFen', kind: 'yuan', names: ['paid', 'paid_yuan', '实付', '实付金额', '实付款', '买家实付'] },
  { column: 'transactionId', kind: 'text', names: ['transaction_id', '微信支付单号', '支付单号'] },
  { column: 'carrier', kind: 'text', names: ['carrier', '快递公司', '物流公司'] },
  { column: 'trackingNo', kind: 'text', names: ['tracking_no', 'tracking', '运单号', '快递单号', '物流单号'] },
  { column: 'shippedAt', kind: 'time', names: ['shipped_at', '发货时间'] },
  { column: 'deliveredAt', kind: 'time', names: ['delivered_at', '签收时间', '收货时间', '确认收货时间'] },
  { column: 'refundNo', kind: 'text', names: ['refund_no', '退款单号', '退款编号'] },
  { column: 'refundFen', kind: 'fen', names: ['refund_fen'] },
  { column: 'refundFen', kind: 'yuan', names: ['refund', 'refund_yuan', '退款金额'] },
  { column: 'refundAt', kind: 'time', names: ['refund_at', '退款时间'] },
  { column: 'sku', kind: 'text', names: ['sku', 'sku_id', '商品编码', '商家编码', '商品ID', 'SKU编码'] },
  { column: 'name', kind: 'text', names: ['name', 'product', '商品', '商品名称', '商品标题'] },
  { column: 'category', kind: 'text', names: ['category', '类目', '分类', '商品分类'] },
  { column: 'line', kind: 'text', names: ['line', '产品线', '系列'] },
  { column: 'qty', kind: 'whole', names: ['qty', 'quantity', '数量', '购买数量', '商品数量'] },
  { column: 'amountFen', kind: 'fen', names: ['amount_fen'] },
  { column: 'amountFen', kind: 'yuan', names: ['amount', 'amount_yuan', '小计', '商品实付'] },
  { column: 'consumeDays', kind: 'whole', names: ['consume_days', '使用天数', '可用天数'] },
]

const plain = (name: string) => name.toLowerCase().replace(/[\s_()（）-]/g, '')
const BY_NAME = new Map(COLUMNS.flatMap((known) => known.names.map((name) => [plain(name), known] as const)))

/** What a file's columns are. */
export interface Header {
  names: readonly string[]
  columns: readonly (Known | undefined)[]
  /** Columns that are not used. */
  unknown: string[]
  /** Columns without which nothing can be imported. */
  missing: string[]
  /** Two headers that mean the same. */
  repeated: string[]
}

const NEEDED: readonly Column[] = ['orderNo', 'createdAt', 'sku', 'qty']

/** Understands a header. Columns that begin with `_` are remarks of an earlier rejects file. */
export function readHeader(names: readonly string[]): Header {
  const columns = names.map((name) => BY_NAME.get(plain(name)))
  const used = columns.flatMap((known) => known?.column ?? [])
  return {
    names,
    columns,
    unknown: names.filter((name, index) => columns[index] === undefined && !name.startsWith('_')),
    missing: NEEDED.filter((column) => !used.includes(column)).map(
      (column) => COLUMNS.find((known) => known.column === column)?.names[0] ?? column,
    ),
    repeated: names.filter((_, index) => {
      const column = columns[index]?.column
      return column !== undefined && used.indexOf(column) !== used.lastIndexOf(column)
    }),
  }
}

/** The cells of one record by column; empty ones are left out. */
export type Cells = Partial<Record<Column, string | number>>

/** Reads a record's cells; times without a zone are in `timeZone`. */
export function readCells(
  header: Header,
  fields: readonly string[],
  timeZone: string,
): { cells: Cells } | { field: string; message: string; fix: string } {
  const cells: Cells = {}
  for (const [index, known] of header.columns.entries()) {
    const text = fields[index]?.trim() ?? ''
    if (!known || text === '') continue
    const value = readCell(known.kind, text, timeZone)
    if (value === undefined) {
      const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
      return {
        field: header.names[index] ?? known.column,
        message: `'${shown}' is ${WORDS[known.kind][0]}`,
        fix: WORDS[known.kind][1],
      }
    }
    cells[known.column] = value
  }
  return { cells }
}

const WORDS: Record<Kind, readonly [string, string]> = {
  text: ['a number that a spreadsheet has rounded', 'export the column as text'],
  whole: ['no whole number', 'write digits only'],
  time: ['no time', 'write 2026-03-04 12:00:00 or 2026-03-04T12:00:00+08:00'],
  fen: ['no amount in fen', 'write whole fen such as 12900, or use a column in yuan'],
  yuan: ['no amount in yuan', 'write 129 or 129.00, at most two digits behind the point'],
}

const FORMATS = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yyyy/M/d H:mm:ss',
  'yyyy/M/d H:mm',
  'yyyy/M/d',
]

function readCell(kind: Kind, text: string, zone: string): string | number | undefined {
  switch (kind) {
    case 'text':
      return /^\d(\.\d+)?E\+\d+$/i.test(text) ? undefined : text.replace(/^'/, '')
    case 'whole':
      return /^\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'fen':
      return /^\d{1,10}$/.test(text) ? Number(text) : undefined
    case 'yuan': {
      const found = /^[¥￥]?((?:\d{1,3}(?:,\d{3})+)|\d{1,8})(?:\.(\d{1,2}))?(?:元)?$/.exec(text)
      if (!found) return undefined
      return Number(String(found[1]).replaceAll(',', '')) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
    }
    case 'time': {
      const iso = DateTime.fromISO(text, { zone })
      const read = iso.isValid
        ? iso
        : FORMATS.map((format) => DateTime.fromFormat(text, format, { zone })).find((one) => one.isValid)
      const valid = read && read.year >= 2000 && read.year < 2100
      return valid ? (read.toUTC().toISO() ?? undefined) : undefined
    }
  }
}
