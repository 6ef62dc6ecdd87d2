import type { ComponentType } from 'react'
import { Needs } from '../../shell/needs.js'
import { WithWords } from '../../words/use-words.js'
import { words } from './words.js'

/** A page of this part, inside of the part's own texts and for those who may see how the product runs. */
export function inWords(Inner: ComponentType): ComponentType {
  return function Operator() {
    return (
      <Needs scope="operations:read">
        <WithWords words={words}>
          <Inner />
        </WithWords>
      </Needs>
    )
  }
}
