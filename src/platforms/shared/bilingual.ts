/** Words for the operator, in both languages of the product. */
export interface Bilingual {
  en: string
  zh: string
}
