import { createContext, useContext } from 'react';
import { piecesOf, type Range } from './marks.ts';

/** What is drawn and marked: the text and the places in it. */
export interface Marking {
  text: string;
  here: Range | undefined;
  /** Sorted and disjoint (`mergeRanges`). */
  others: readonly Range[];
}

export const MarkingContext = createContext<Marking>({ text: '', here: undefined, others: [] });

const HERE = 'rounded-none bg-mark underline decoration-accent decoration-2 underline-offset-4';
const OTHER = 'rounded-none bg-mark/35';

/** A stretch of the document's text with its marks. The first letter of the open place can be focused. */
export function Marked({ start, end }: Range) {
  const { text, here, others } = useContext(MarkingContext);
  return piecesOf(text, { start, end }, here, others).map((piece) => {
    if (piece.mark === undefined) return piece.text;
    if (piece.mark === 'other') {
      return (
        <mark key={piece.start} className={OTHER}>
          {piece.text}
        </mark>
      );
    }
    const isFirst = piece.start === here?.start;
    return (
      <mark
        key={piece.start}
        data-mark="here"
        className={`${HERE} scroll-my-24 outline-none`}
        {...(isFirst && { tabIndex: -1, 'data-here': '' })}
      >
        {piece.text}
      </mark>
    );
  });
}
