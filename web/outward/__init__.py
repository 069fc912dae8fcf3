"""What leaves for other people's servers: to which addresses, signed how, and within which limits? (record 0071)"""
