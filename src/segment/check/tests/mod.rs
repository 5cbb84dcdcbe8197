mod errors;
mod hostile;
