/** One buyable version of a product. Money is integer fen (1/100 yuan). */
export interface Variant {
  sku: string
  /** `1.8 米床`. */
  spec: string
  fen: number
  /** The price before the reduction, when there is one. */
  wasFen?: number
}

/** What the shop sells. */
export interface Product {
  id: string
  name: string
  /** One line below the name. */
  line: string
  category: '四件套' | '被芯' | '枕头' | '毛巾' | '洗护'
  picture: { motif: Motif; color: string }
  variants: Variant[]
  /** In how many days one piece is used up; absent for what lasts. */
  lastsDays?: number
}

/** What the drawn picture of a product shows. */
export type Motif = 'bedding' | 'quilt' | 'pillow' | 'towel' | 'bottle' | 'pods'

const bed = (code: string): Variant[] => [
  { sku: `WC4-${code}-12`, spec: '1.2 米床', fen: 21_500, wasFen: 26_900 },
  { sku: `WC4-${code}-15`, spec: '1.5 米床', fen: 26_300, wasFen: 32_900 },
  { sku: `WC4-${code}-18`, spec: '1.8 米床', fen: 29_500, wasFen: 36_900 },
  { sku: `WC4-${code}-20`, spec: '2.0 米床', fen: 31_900, wasFen: 39_900 },
]

const FABRIC = '40 支长绒棉，水洗两次，到手就是软的'

/** The whole range of 微环小店. */
export const products: readonly Product[] = [
  {
    id: 'washed-cotton-clay',
    name: '水洗棉四件套 · 陶土',
    line: FABRIC,
    category: '四件套',
    picture: { motif: 'bedding', color: '#b8735a' },
    variants: bed('TT'),
  },
  {
    id: 'washed-cotton-turmeric',
    name: '水洗棉四件套 · 姜黄',
    line: FABRIC,
    category: '四件套',
    picture: { motif: 'bedding', color: '#d2a04c' },
    variants: bed('JH'),
  },
  {
    id: 'washed-cotton-oat',
    name: '水洗棉四件套 · 燕麦',
    line: FABRIC,
    category: '四件套',
    picture: { motif: 'bedding', color: '#cdbfa6' },
    variants: bed('YM'),
  },
  {
    id: 'washed-cotton-mist',
    name: '水洗棉四件套 · 雾粉',
    line: FABRIC,
    category: '四件套',
    picture: { motif: 'bedding', color: '#d9a9a3' },
    variants: bed('WF'),
  },
  {
    id: 'autumn-quilt',
    name: '大豆纤维春秋被',
    line: '轻、透气，可机洗；220 × 240 配同尺寸被套',
    category: '被芯',
    picture: { motif: 'quilt', color: '#8fa58f' },
    variants: [
      { sku: 'DQ-200', spec: '200 × 230 cm', fen: 23_900 },
      { sku: 'DQ-220', spec: '220 × 240 cm', fen: 27_900 },
    ],
  },
  {
    id: 'buckwheat-pillow',
    name: '苦荞定型枕',
    line: '两侧高、中间低，枕套可拆洗',
    category: '枕头',
    picture: { motif: 'pillow', color: '#a7b7c2' },
    variants: [
      { sku: 'BP-1', spec: '单只', fen: 6900 },
      { sku: 'BP-2', spec: '一对', fen: 12_900 },
    ],
  },
  {
    id: 'waffle-towels',
    name: '华夫格毛巾三条装',
    line: '新疆长绒棉，第一次洗后更吸水',
    category: '毛巾',
    picture: { motif: 'towel', color: '#7f9aa8' },
    variants: [
      { sku: 'WT-3', spec: '三条装', fen: 5900 },
      { sku: 'WT-6', spec: '六条装', fen: 10_900 },
    ],
  },
  {
    id: 'laundry-pods',
    name: '棉织物洗衣凝珠',
    line: '中性配方，床品专用；60 颗约用两个月',
    category: '洗护',
    picture: { motif: 'pods', color: '#6f8fc0' },
    variants: [{ sku: 'LP-60', spec: '60 颗', fen: 3990 }],
    lastsDays: 60,
  },
  {
    id: 'linen-mist',
    name: '枕边喷雾 · 白茶',
    line: '睡前喷两下；一瓶约用 45 天',
    category: '洗护',
    picture: { motif: 'bottle', color: '#93b29b' },
    variants: [{ sku: 'LM-100', spec: '100 ml', fen: 4900 }],
    lastsDays: 45,
  },
]

/** The product and version of a sku; undefined for an unknown one. */
export function findSku(sku: string): { product: Product; variant: Variant } | undefined {
  for (const product of products) {
    const variant = product.variants.find((item) => item.sku === sku)
    if (variant) return { product, variant }
  }
  return undefined
}
