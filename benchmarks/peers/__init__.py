"""Published text-to-video GANs, written again from their papers, small enough for two cores; for comparison alone.

===========  =====================================================================================
module       what it holds
===========  =====================================================================================
captions     captions -> the word vectors that all systems read
system       what a system is: a generator, judges, and what each of them makes smaller
layers       the blocks that DCGAN-like networks are made of
mocogan      MoCoGAN (Tulyakov et al. 2018), with text
tgans_c      TGANs-C (Pan et al. 2017)
per_frame    the per-frame tutorial GAN
training     the loop that is common to all systems; resumable
film         a trained system as a model that `textreel.evaluation` measures
reel         textreel's own recipe behind the same interface
systems      the three by name
contender    whoever takes part: one of them, or textreel
record       what is known of a contender so far, as JSON
scores       accuracy along the way, everything at the end
sheet        films as pictures
comparison   all contenders one after the other, and what follows from their figures
table        the figures as a table
===========  =====================================================================================

Dimensions in names: B clips, T frames, C channels, H height, W width, N pictures, L words, D numbers of a vector.
"""
