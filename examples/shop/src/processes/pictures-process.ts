import { prepareSourceImages } from '../services/prepare-source-images.js';
import { shopEnvironment } from '../shop-environment.js';

/** A process of its own, and a short one: what sharp takes to draw is given back when it ends. */
process.on('disconnect', () => process.exit(1));
const drawn = await prepareSourceImages(shopEnvironment().sourceImagesFolder);
if (drawn > 0) console.log(`shop: drew ${drawn} source pictures`);
process.exit(0);
