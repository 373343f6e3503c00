import { describe, expect, it } from 'vitest';
import { findAddresses } from './addresses.ts';
import { settleOverlaps } from './finding.ts';

const addresses = (text: string) =>
  settleOverlaps(findAddresses(text)).map(({ start, end }) => text.slice(start, end));

describe('postal addresses', () => {
  it.each([
    '51 Franklin Street, Fifth Floor, Boston, MA 02110-1301, USA',
    '1 Infinite Loop\nCupertino, CA 95014',
    '1600 Pennsylvania Ave NW, Washington, DC 20500',
    'P.O. Box 1234, Springfield, IL 62701',
    '10 Downing Street, London SW1A 2AA, UK',
    'Hauptstraße 12, 10115 Berlin, Germany',
    'Pariser Platz 7, 10117 Berlin',
    '12 rue de la Paix, 75002 Paris, France',
    'Via Roma 12, 00184 Roma RM, Italy',
    'Calle de Alcalá 50, 28014 Madrid, Spain',
    'Keizersgracht 123, 1015 CJ Amsterdam, The Netherlands',
    'Kungsgatan 12, 111 35 Stockholm, Sweden',
    'ul. Marszałkowska 10, 00-590 Warszawa, Poland',
    '221B Baker Street',
  ])('are found whole: %j', (address) => {
    expect(addresses(`It is ${address}.`)).toEqual([address]);
  });

  it.each([
    '12 New Features in May',
    '5 Main Reasons, why',
    'the way 12 people',
    'In 12 Angry Men, MA students',
    'Boston, MA',
    'on the street',
    'Highway Patrol',
  ])('are not seen in %j', (text) => {
    expect(addresses(text)).toEqual([]);
  });
});
